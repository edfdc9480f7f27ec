#!/bin/sh
# Installs the system packages that svdocs uses where this runs as root on Debian; elsewhere says which are missing.
# usage: scripts/system-packages.sh run|test
set -eu
want="tesseract:tesseract-ocr bwrap:bubblewrap"
[ "${1:-run}" = run ] || want="$want cc:gcc cc:libc6-dev pdftoppm:poppler-utils chromium:chromium pg_ctlcluster:postgresql nginx:nginx-light envsubst:gettext-base"
missing=""
for pair in $want; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing system packages:$missing"
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "Missing system packages:$missing"
  echo "svdocs runs without them, but then scans are not read (tesseract-ocr) and files are read with fewer guards (bubblewrap)."
  echo "To get them: sudo apt-get install$missing"
fi
