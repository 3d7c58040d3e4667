#!/bin/sh
# Fetches the nft of a newer Debian release, for the tests to run beside the machine's own: packages of
# that release, unpacked into a cache folder and run by their own dynamic linker. Nothing is installed.
# Where it cannot be had, says so and succeeds: the tests then run with the machine's own nft alone.
set -eu

release=trixie
packages='nftables libnftables1 libnftnl11 libmnl0 libc6 libjansson4 libgmp10 libedit2 libxtables12
  libtinfo6 libbsd0 libmd0'

skip() {
  echo "fetch-nft: no newer nft: $1" >&2
  exit 0
}

cache=${XDG_CACHE_HOME:+$XDG_CACHE_HOME/kubenat}
cache=${cache:-${TMPDIR:-/tmp}/kubenat}
root=$cache/nft-$release
[ ! -d "$root" ] || exit 0

command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null || skip 'this machine has no apt'
. /etc/os-release
[ "${ID:-}" = debian ] || skip "this is no Debian (${ID:-unknown})"
[ "${VERSION_CODENAME:-}" != "$release" ] || skip "the machine's own is that of $release"
# The mirror that this machine gets its own release from.
mirror=$(apt-get --print-uris update |
  sed -n "s|^'\(.*\)/dists/${VERSION_CODENAME:-none}/InRelease'.*|\1|p" | head -n 1)
[ -n "$mirror" ] || skip 'no Debian mirror in the configuration of apt'

# A folder of our own only: what lies in it is run, perhaps by root.
mkdir -p -m 700 "$cache"
[ -O "$cache" ] || skip "$cache belongs to somebody else"
work=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/debs" "$work/root"
: > "$work/status"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ ! -f "$keys" ] || signed="[signed-by=$keys] "
echo "deb ${signed:-}$mirror $release main" > "$work/sources.list"

# Proxies and credentials stay the machine's; lists, cache and package state are private.
apt() {
  timeout 180 apt-get -qq -o Dir::State="$work/state" -o Dir::State::status="$work/status" \
    -o Dir::Cache="$work/cache" -o Dir::Etc::sourcelist="$work/sources.list" \
    -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferences=/dev/null \
    -o Dir::Etc::preferencesparts=/dev/null -o APT::Sandbox::User="$(id -un)" \
    -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20 "$@"
}
apt update || skip "$mirror has no $release that can be trusted"
(cd "$work/debs" && apt download $packages) || skip "the packages of $release cannot be downloaded"
for package in "$work"/debs/*.deb; do
  dpkg-deb -x "$package" "$work/root"
done
for linker in "$work"/root/usr/lib/*/ld-linux*.so*; do
  "$linker" --library-path "${linker%/*}" "$work/root/usr/sbin/nft" --version >&2 ||
    skip 'the fetched nft does not run here'
done
mv -T "$work/root" "$root"
echo "fetch-nft: nft of $release is in $root" >&2
