#!/usr/bin/env bash
# A browser for pictures of mails: Debian's own Chromium, unless one is on PATH. Without one, nothing else fails:
# the tests that need it are skipped and say so. With --needed the lack of it is an error.
set -uo pipefail

found() {
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null && return 0
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# A busy lock is waited for, a slow mirror is given up after a while.
apt() {
  as_root env DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -qq -y \
    -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Acquire::http::Timeout=60 -o Dpkg::Use-Pty=0 "$@"
}

may_install() {
  command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

install() {
  apt install --no-install-recommends chromium || { apt update && apt install --no-install-recommends chromium; }
}

found && exit 0
if may_install; then
  echo "installing chromium, for pictures of mails"
  said=$(install 2>&1) || echo "$said" | tail -n 3
  hash -r
  found && exit 0
fi
echo "No browser: mails are not pictured, and the tests that picture them are skipped. Debian: apt-get install chromium"
[ "${1:-}" != --needed ]
