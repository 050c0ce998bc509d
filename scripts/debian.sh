# shellcheck shell=bash
# Debian packages for scripts/setup. Servers are installed as programs only: none is started, now or
# at boot, and no database is made in the system's folders.

# Runs a command as root, directly or by sudo without a question; false where that cannot be.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo --non-interactive -- "$@"; fi
}

# Installs packages, and never takes another one away; false where that cannot be.
apt() {
  command -v apt-get >/dev/null || return 1
  as_root true 2>/dev/null || return 1
  if [ -z "${apt_is_fresh:-}" ]; then
    as_root apt-get --quiet=2 update >&2 || return 1
    apt_is_fresh=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get --quiet=2 --yes --no-install-recommends --no-remove install "$@" >&2
}

# Installs packages of servers without starting them: invoke-rc.d(8) asks /usr/sbin/policy-rc.d.
# Where a policy is there already, that one decides.
apt_without_start() {
  local policy=/usr/sbin/policy-rc.d ours='' failed=''
  if [ ! -e "$policy" ] && as_root true 2>/dev/null; then
    ours=1
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101 # while Holdfast is being set up\n' \
      | as_root tee "$policy" >/dev/null || return 1
    as_root chmod 755 "$policy" || return 1
  fi
  apt "$@" || failed=1
  if [ -n "$ours" ]; then
    as_root rm -f "$policy"
    trap - EXIT
  fi
  [ -z "$failed" ]
}

has_redis() { command -v redis-server >/dev/null; }

install_redis() {
  apt_without_start redis-server || return 1
  as_root update-rc.d redis-server disable >&2 || true # where nothing starts at boot, nor does it
}

has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

install_postgresql() {
  local settings=/etc/postgresql-common/createcluster.conf failed=''
  apt_without_start postgresql-common || return 1
  if pg_conftool "$settings" show create_main_cluster >/dev/null 2>&1; then
    apt_without_start postgresql # somebody has decided already whether a database is made
    return
  fi
  as_root pg_conftool "$settings" set create_main_cluster off || return 1
  apt_without_start postgresql || failed=1
  as_root pg_conftool "$settings" remove create_main_cluster || return 1
  [ -z "$failed" ]
}

has_wordpress() {
  local file
  for file in /usr/share/wordpress/{wp-load.php,wp-content/themes/twentytwentythree/theme.json} \
    /usr/bin/{php,mariadb-install-db} /usr/sbin/mariadbd; do
    [ -e "$file" ] || return 1
  done
}

# WordPress asks for a web server, and for PHP in one: the smallest that satisfy it are taken (php-cgi
# named first, or apt takes Apache's), and neither is used, since PHP's own serves the tests. Of
# MariaDB the program comes, without a service.
wordpress_packages=(php-cgi php php-cli php-mysql micro-httpd mariadb-server-core
  wordpress wordpress-theme-twentytwentythree)

install_wordpress() { apt_without_start "${wordpress_packages[@]}"; }
