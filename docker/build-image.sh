#!/bin/sh
# make image: builds docker/Dockerfile as $IMAGE (mls-interop) with the tags latest and the version of package.json.
# BUILD_OPTIONS is for what a machine's engine needs, such as --network host.
set -eu
cd "$(dirname "$0")/.."
. docker/engine.sh
image=${IMAGE:-mls-interop}
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain 2>/dev/null)" ] || revision="$revision-changed"

engine=$(image_engine)
case $engine in
  *buildah) set -- "$engine" bud $buildah_options --layers ;;
  *podman) set -- "$engine" build --format docker ;;
  *) set -- "$engine" build ;;
esac
echo "building $image:$version ($revision) with $engine"
# shellcheck disable=SC2086
"$@" ${BUILD_OPTIONS:-} -f docker/Dockerfile --build-arg "VERSION=$version" --build-arg "REVISION=$revision" -t "$image:$version" -t "$image:latest" .
