# Sourced by scripts at the top of the repository: need_packages SECTION... installs what those sections of
# daemon/packages.txt name and this machine lacks. Silent when nothing is missing, else one line.

need_packages() {
  local section wanted name provided missing=()
  # Some bring what others have apart: some builds of nodejs have npm in them.
  provided=$(dpkg-query -W -f '${db:Status-Status} ${Provides},\n' 2>/dev/null | sed -n 's/^installed / /p')
  for section in "$@"; do
    wanted=$(sed -n "/^\[$section\]/,/^\[/{/^[^[#]/p}" daemon/packages.txt)
    for name in $wanted; do
      [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
        [[ $provided == *" $name,"* ]] || missing+=("$name")
    done
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  local as_root=()
  if [ "$(id -u)" != 0 ]; then as_root=(sudo); fi
  if ! command -v apt-get >/dev/null || ! command -v "${as_root[0]:-true}" >/dev/null; then
    echo "These packages are missing and cannot be installed from here (apt-get, and root or sudo): ${missing[*]}" >&2
    return 1
  fi
  echo "Installing packages: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
