# ts-mls (TypeScript) as a server of mls_client.MLSClient, built from its own repository.
#   docker build -f docker/peers/ts-mls.Dockerfile -t mls-peer-ts-mls docker/peers
ARG NODE_IMAGE=docker.io/library/node:26.10.0-trixie-slim

FROM ${NODE_IMAGE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates git && rm -rf /var/lib/apt/lists/*
ARG SOURCE=https://github.com/LukaJCB/ts-mls.git
ARG COMMIT=9f4957161f75079c198f23ebf2730239ad84cc80
WORKDIR /ts-mls
RUN git init -q . && git fetch -q --depth 1 "$SOURCE" "$COMMIT" && git checkout -q FETCH_HEAD && rm -rf .git
# The server uses the sources of the library, not the package. Of what the library's manifest lists for development some is not to be had,
# so what it needs to run is installed beside it, in the versions of that manifest.
RUN mkdir /dependencies && cd /dependencies && echo '{"private": true}' > package.json \
  && npm install --no-audit --no-fund --ignore-scripts @hpke/core@1.9.0 @hpke/chacha20poly1305@1.8.0 @hpke/dhkem-x448@1.8.0 @hpke/hybridkem-x-wing@0.7.0 \
    @hpke/ml-kem@0.3.0 @noble/ciphers@2.3.0 @noble/curves@2.3.0 @noble/hashes@2.3.0 @noble/post-quantum@0.7.0 \
  && mv node_modules /ts-mls/
# Without its install script esbuild takes its program from a package of its own for each system.
RUN cd interop && npm install --no-audit --no-fund --ignore-scripts

FROM ${NODE_IMAGE}
COPY --from=build /ts-mls /ts-mls
WORKDIR /ts-mls/interop
COPY serve-again.sh /usr/local/bin/
USER 65534:65534
EXPOSE 50051
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD ["bash", "-c", "</dev/tcp/127.0.0.1/50051"]
ENTRYPOINT ["sh", "/usr/local/bin/serve-again.sh", "node", "--import", "tsx", "src/server.ts", "-p", "50051"]
