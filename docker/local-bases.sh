#!/bin/sh
# make image-bases: makes the two base images of docker/Dockerfile in buildah's storage, for a machine that reaches a Debian mirror and
# npm but no image registry. Debian comes from debootstrap, slimmed as Debian's own slim images are; node is the binary that package.json
# pins, npm the one of this machine. Needs root, buildah and debootstrap. What is built on them is for trying the image, not for publishing it.
set -eu
cd "$(dirname "$0")/.."
. docker/engine.sh
debian=$(argument_of DEBIAN_IMAGE)
node=$(argument_of NODE_IMAGE)
release=$(echo "$debian" | sed 's/.*:\(.*\)-slim$/\1/')
folder=$(mktemp -d)
container=
clean() {
  [ -z "$container" ] || buildah rm "$container" >/dev/null
  rm -rf "$folder"
}
trap clean EXIT
trap 'exit 143' HUP INT TERM

commit() {
  buildah commit --quiet --format docker "$container" "$1" >/dev/null
  buildah rm "$container" >/dev/null
  container=
  echo "made $1"
}

if ! buildah inspect --type image "$debian" >/dev/null 2>&1; then
  debootstrap --variant=minbase "$release" "$folder/debian" ${DEBIAN_MIRROR:-}
  root="$folder/debian"
  find "$root/usr/share/doc" -mindepth 1 ! -type d ! -name copyright -delete
  find "$root/usr/share/doc" -mindepth 1 -type d -empty -delete
  rm -rf "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/locale/* "$root"/usr/share/lintian \
    "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/debconf/*-old "$root"/var/log/*
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$root" / >/dev/null
  buildah config --cmd bash --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  commit "$debian"
fi

if ! buildah inspect --type image "$node" >/dev/null 2>&1; then
  container=$(buildah from "$debian")
  buildah run --isolation chroot "$container" -- sh -c 'export DEBIAN_FRONTEND=noninteractive; apt-get update -q && apt-get install -qy --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/*'
  buildah copy --quiet "$container" node_modules/node/bin/node /usr/local/bin/node >/dev/null
  buildah copy --quiet "$container" "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" /usr/local/lib/node_modules/npm >/dev/null
  buildah run --isolation chroot "$container" -- sh -c 'ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx'
  # This machine may reach the registry through an authority of its own.
  if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    buildah copy --quiet "$container" /etc/ssl/certs/ca-certificates.crt /usr/local/share/authorities.crt >/dev/null
    buildah config --env NODE_EXTRA_CA_CERTS=/usr/local/share/authorities.crt "$container"
  fi
  commit "$node"
fi
