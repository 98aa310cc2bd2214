# The model server with its sample model as an image of one's own, where images can be pulled. Build at the root of the repository:
#   docker build -f deploy/images/model-server.Dockerfile -t straightline/model-server .
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
# The whole source, since installing also compiles and packs the bundle.
COPY . .
RUN npm ci \
  && mkdir /bundle \
  && tar -xzf dist/bundles/text-orientation.tgz -C /bundle

FROM ${NODE_IMAGE}
COPY --from=build /bundle /app
WORKDIR /app
# Inside a container its network namespace is the border; publish the ports on 127.0.0.1 or behind a gateway.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 GRPC_PORT=8001 HOME=/tmp
EXPOSE 8000 8001
# "nobody": owns no file of the image.
USER 65534:65534
HEALTHCHECK --interval=10s --timeout=2s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/v2/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server.mjs"]
