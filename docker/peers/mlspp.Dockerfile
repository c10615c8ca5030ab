# mlspp (Cisco, C++) as a server of mls_client.MLSClient, built from its own repository.
#   docker build -f docker/peers/mlspp.Dockerfile -t mls-peer-mlspp docker/peers
ARG DEBIAN_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${DEBIAN_IMAGE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates cmake g++ git libgflags-dev libgrpc++-dev libprotobuf-dev libssl-dev \
  ninja-build nlohmann-json3-dev pkg-config protobuf-compiler protobuf-compiler-grpc && rm -rf /var/lib/apt/lists/*
ARG SOURCE=https://github.com/cisco/mlspp.git
ARG COMMIT=61e4d76dbe6628cbe36ffb9cab684f3bee390d05
ARG PROTO_SOURCE=https://github.com/mlswg/mls-implementations.git
ARG PROTO_COMMIT=cfd450286d1bfd9cd2519b95c80f9771f94a5b1a
WORKDIR /proto
RUN git init -q . && git fetch -q --depth 1 "$PROTO_SOURCE" "$PROTO_COMMIT" && git checkout -q FETCH_HEAD -- interop/proto/mls_client.proto
WORKDIR /mlspp
RUN git init -q . && git fetch -q --depth 1 "$SOURCE" "$COMMIT" && git checkout -q FETCH_HEAD
# Its server has fallen behind its library at this commit. Debian's OpenSSL 3.0 has no ML-KEM: without WITH_PQ those suites must not be built.
RUN sed -i 's/#if !defined(P256_SHA256)/#if defined(WITH_PQ)/' src/crypto.cpp \
  && sed -i 's/MLS_NAMESPACE::all_supported_suites/MLS_NAMESPACE::all_supported_cipher_suites/' cmd/interop/src/*.cpp
# The proto file of the commit above, instead of a clone of the newest while it builds; GCC knows not every warning that is an error there.
RUN sed -i -e 's/ -Werror//; s/ -pedantic//; s/ -Wno-nullability-extension//' \
  -e '/^include( ExternalProject )/,/^set(PROTO_PATH/c\set(PROTO_PATH "/proto/interop/proto")' \
  -e 's/DEPENDS mls-interop-extern)/DEPENDS "${PROTO_FILE}")/' -e '/^add_dependencies(.* mls-interop-extern)/d' cmd/interop/CMakeLists.txt
# GREASE=OFF leaves out what OpenMLS refuses: values in KeyPackage.extensions that the leaf does not list.
ARG GREASE=ON
ARG JOBS=4
RUN cmake -G Ninja -S . -B build -DCMAKE_BUILD_TYPE=Release -DTESTING=OFF -DDISABLE_GREASE=$([ "$GREASE" = ON ] && echo OFF || echo ON) -DCMAKE_EXPORT_PACKAGE_REGISTRY=OFF \
  && ninja -C build -j "$JOBS" \
  && cmake -G Ninja -S cmd/interop -B build-interop -DCMAKE_BUILD_TYPE=Release -DMLSPP_DIR=/mlspp/build -DCMAKE_EXPORT_PACKAGE_REGISTRY=OFF \
  && ninja -C build-interop -j "$JOBS"

FROM ${DEBIAN_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends libgflags2.2 libgrpc++1.51 libprotobuf32 libssl3 && rm -rf /var/lib/apt/lists/*
COPY --from=build /mlspp/build-interop/mlspp_client /usr/local/bin/
COPY serve-again.sh /usr/local/bin/
USER 65534:65534
EXPOSE 50051
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD ["bash", "-c", "</dev/tcp/127.0.0.1/50051"]
ENTRYPOINT ["sh", "/usr/local/bin/serve-again.sh", "mlspp_client", "-live", "50051"]
