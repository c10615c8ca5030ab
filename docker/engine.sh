# To be read by the other scripts of this folder: which program builds images here.

# The first of docker, podman and buildah that works, or $ENGINE. A docker without its daemon does not.
image_engine() {
  if [ -n "${ENGINE:-}" ]; then echo "$ENGINE"; return; fi
  if docker info >/dev/null 2>&1; then echo docker
  elif podman info >/dev/null 2>&1; then echo podman
  elif buildah info >/dev/null 2>&1; then echo buildah
  else
    echo "no image can be built here: neither docker (with its daemon) nor podman nor buildah works; Debian has buildah: apt-get install buildah" >&2
    return 1
  fi
}

# How buildah works where it may make no namespaces: in a chroot. The docker format is the one that keeps HEALTHCHECK.
buildah_options='--isolation chroot --format docker'

# The default of an ARG of the Dockerfile.
argument_of() { sed -n "s/^ARG $1=//p" docker/Dockerfile; }
