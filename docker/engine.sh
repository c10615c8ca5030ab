# To be read by the other scripts of this folder: which program builds images here, and how the tree of one is entered without a container.

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

# enter_tree TREE WORK COMMAND...: the command as user 1000 on the read-only tree of an image, with the folder WORK as /work, in namespaces of
# its own for mounts and processes. In place of the shell that calls it, so that the namespace is a child of that shell's process.
enter_tree() {
  # shellcheck disable=SC2016
  exec unshare --mount --pid --fork --kill-child -- sh -euc '
    tree=$1 work=$2
    shift 2
    mount --bind "$tree" "$tree"
    mount --bind "$work" "$tree/work"
    mount -t proc proc "$tree/proc"
    mount -o remount,bind,ro "$tree"
    exec chroot --userspec=1000:1000 "$tree" sh -c '\''cd /work; exec env -i PATH=/usr/local/bin:/usr/bin:/bin NODE_ENV=production "$@"'\'' sh "$@"
  ' sh "$@"
}

# The first process of the namespace that the process $1 has entered so: the program itself, as in a container.
first_process_of() { tr -d ' ' <"/proc/$1/task/$1/children"; }
