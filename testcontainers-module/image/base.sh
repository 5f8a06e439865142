# Functions of ./build: the image on which ours are built.

official_base=debian:sid-slim
own_base=model-runner-sdk/debian:sid

# Prints the name of a base image that is here.
base_image() {
  local candidate
  for candidate in "$official_base" "$own_base"; do
    if docker image inspect "$candidate" >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  say "pulling $official_base…"
  if limit 120 docker pull --quiet "$official_base" >/dev/null 2>&1; then
    echo "$official_base"
  elif can_debootstrap; then
    say "cannot be pulled; making $own_base with debootstrap (about a minute)…"
    persistently debootstrap_base || die "debootstrap failed; remedy: bring the base image here as $official_base (docker load)"
    echo "$own_base"
  else
    die "$official_base cannot be pulled; remedy: docker pull $official_base on a working connection, or, on Debian as root, apt-get install debootstrap"
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_debootstrap() {
  PATH=$PATH:/usr/sbin:/sbin command -v debootstrap >/dev/null && as_root true 2>/dev/null
}

debootstrap_base() {
  # sbin: where debootstrap is, and where a plain user's PATH does not look
  PATH=$PATH:/usr/sbin:/sbin
  # a new one each time: what is left of one that failed is in the way
  local root=$work/root/$RANDOM
  mkdir -p "$work/root"
  quietly as_root env PATH="$PATH" debootstrap --variant=minbase --include=ca-certificates sid "$root" &&
    as_root tar -C "$root" -cf - --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' . |
    docker import - "$own_base" >/dev/null
}

remove_debootstrap() {
  if [ -d "$work/root" ]; then as_root rm -rf --one-file-system "$work/root"; fi
}
