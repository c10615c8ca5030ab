# OpenMLS (Rust) as a server of mls_client.MLSClient, built from its own repository.
#   docker build -f docker/peers/openmls.Dockerfile -t mls-peer-openmls docker/peers
ARG RUST_IMAGE=docker.io/library/rust:1.95-slim-bookworm
ARG DEBIAN_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${RUST_IMAGE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends git pkg-config protobuf-compiler && rm -rf /var/lib/apt/lists/*
ARG SOURCE=https://github.com/openmls/openmls.git
ARG COMMIT=79ebb5bfe7313e26fe47b652d3d93f39846fcdea
WORKDIR /openmls
RUN git init -q . && git fetch -q --depth 1 "$SOURCE" "$COMMIT" && git checkout -q FETCH_HEAD
# Nothing of the members that are left out is needed; Cargo.lock, which pins the proto file's repository too, is kept for the rest.
RUN sed -i '/^members = \[/,/^\]/c\members = ["openmls", "traits", "openmls_rust_crypto", "libcrux_crypto", "interop_client", "memory_storage", "basic_credential", "openmls_test", "sqlite_storage", "serialization_helpers"]' Cargo.toml
# A panic leaves its locks poisoned and every later call fails: the process is to end there, and a new one to serve the next case.
ENV CARGO_PROFILE_RELEASE_PANIC=abort
ARG JOBS=4
RUN cargo build --release -j "$JOBS" -p interop_client

FROM ${DEBIAN_IMAGE}
COPY --from=build /openmls/target/release/interop_client /usr/local/bin/openmls_client
COPY serve-again.sh /usr/local/bin/
USER 65534:65534
ENV RUST_LOG=warn
EXPOSE 50051
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD ["bash", "-c", "</dev/tcp/127.0.0.1/50051"]
ENTRYPOINT ["sh", "/usr/local/bin/serve-again.sh", "openmls_client", "--host", "0.0.0.0", "--port", "50051"]
