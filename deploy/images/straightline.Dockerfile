# The mesh's own processes: `docker run straightline/straightline placement|gateway|agent ...`. Build at the root of the repository:
#   docker build -f deploy/images/straightline.Dockerfile -t straightline/straightline .
# Where no image can be pulled, `docker import` of an unpacked archive of `npm run release` over a Debian root does the same.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY . .
RUN npm ci && deploy/release.sh --output /release && mkdir /opt/unpacked && tar -xzf /release/*.tgz -C /opt/unpacked

FROM ${NODE_IMAGE}
COPY --from=build /opt/unpacked/straightline/package /opt/straightline
ENV NODE_ENV=production HOME=/tmp
USER 65534:65534
ENTRYPOINT ["node", "/opt/straightline/dist/services/cli/main.js"]
