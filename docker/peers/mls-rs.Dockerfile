# mls-rs (AWS, Rust) as a server of mls_client.MLSClient, built from its own repository.
#   docker build -f docker/peers/mls-rs.Dockerfile -t mls-peer-mls-rs docker/peers
ARG RUST_IMAGE=docker.io/library/rust:1.95-slim-bookworm
ARG DEBIAN_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${RUST_IMAGE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends git libssl-dev pkg-config protobuf-compiler && rm -rf /var/lib/apt/lists/*
ARG SOURCE=https://github.com/awslabs/mls-rs.git
ARG COMMIT=6fc9223d8ce2e4d8ec8ca5140422338dccc34394
WORKDIR /mls-rs
RUN git init -q . && git fetch -q --depth 1 "$SOURCE" "$COMMIT" && git checkout -q FETCH_HEAD
# It has no Cargo.lock: what it depends on is of the day it is built. Members that are left out are bindings and providers for other systems.
RUN sed -i -e '/^members = \[/,/^\]/c\members = ["mls-rs", "mls-rs-core", "mls-rs-identity-x509", "mls-rs/test_harness_integration", "mls-rs-crypto-openssl", "mls-rs-crypto-rustcrypto", "mls-rs-crypto-hpke", "mls-rs-crypto-traits", "mls-rs-codec", "mls-rs-codec-derive", "mls-rs-provider-sqlite"]' \
  -e '/^default-members = \[/,/^\]/d' Cargo.toml
ARG JOBS=4
RUN cargo build --release -j "$JOBS" -p harness_client

FROM ${DEBIAN_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends libssl3 && rm -rf /var/lib/apt/lists/*
COPY --from=build /mls-rs/target/release/harness_client /usr/local/bin/mls_rs_client
COPY serve-again.sh /usr/local/bin/
USER 65534:65534
EXPOSE 50051
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD ["bash", "-c", "</dev/tcp/127.0.0.1/50051"]
ENTRYPOINT ["sh", "/usr/local/bin/serve-again.sh", "mls_rs_client", "--host", "0.0.0.0", "--port", "50051"]
