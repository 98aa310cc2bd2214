# The mesh's own processes as images, one target each: placement, gateway, agent. From an archive of `npm run release`, so that the build fetches nothing:
#   npm run release
#   docker build -f deploy/images/straightline.Dockerfile --target placement -t straightline/placement release
# BASE_IMAGE is any Linux with the archive's C library, a shell and libstdc++; README.md beside this file makes one where nothing can be pulled.
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${BASE_IMAGE} AS archive
ARG ARCHIVE=straightline-*.tgz
ADD ${ARCHIVE} /unpacked/
# Owned by "nobody", so that a volume which begins as a copy of it is too.
RUN install -d -o 65534 -g 65534 -m 0700 /state

FROM ${BASE_IMAGE} AS mesh
COPY --from=archive /unpacked/straightline /opt/straightline
ENV NODE_ENV=production HOME=/tmp PATH=/opt/straightline/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# "nobody": owns no file of the program.
USER 65534:65534
ENTRYPOINT ["straightline"]

# A process is healthy while its metrics answer, on loopback inside the container.
FROM mesh AS placement
ENV STRAIGHTLINE_METRICS_PORT=9470
EXPOSE 7070
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.STRAIGHTLINE_METRICS_PORT}/metrics`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["placement"]

FROM mesh AS gateway
ENV STRAIGHTLINE_METRICS_PORT=9471
EXPOSE 8000 8001
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.STRAIGHTLINE_METRICS_PORT}/metrics`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["gateway"]

# A container agent, with the engine's socket mounted and its group added; on the host's network, where it and clients reach its instances.
FROM mesh AS agent
ENV STRAIGHTLINE_METRICS_PORT=9473 STRAIGHTLINE_AGENT_STATE_DIRECTORY=/var/lib/straightline STRAIGHTLINE_AGENT_CACHE_DIRECTORY=/var/lib/straightline/bundles
COPY --from=archive --chown=65534:65534 /state /var/lib/straightline
VOLUME /var/lib/straightline
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.STRAIGHTLINE_METRICS_PORT}/metrics`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["agent", "--kind", "container"]
