# shellcheck shell=bash
# Shared by start, stop and status; sourced, never run. Needs bash 4 or later and Linux's /proc.
#
# A data folder (--data) holds everything one server owns:
#   storage/        commit log, sstables, hints (Cassandra's storage directory)
#   cassandra.yaml  as generated for this run        server.log   what the server printed
#   archive         where this run's class archive belongs (see keep_archive)
#   pid             "PID STARTTIME" while it runs    ports        native=N, storage=N: written once CQL answers, kept for the next start

set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd -- "$here/../.." && pwd)
# shellcheck disable=SC2034 # for the commands that source this
default_data=$repo/target/cassandra

say() { printf '%s\n' "cassandra: $*" >&2; }
die() { say "$*"; exit 1; }

# The usage text is the comment at the head of each command.
usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; }

# A process is named by its id and its start time: the kernel gives ids again, and only a process that start made may be ended.
start_time() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) } # what follows the command's name, which may hold blanks
    local -a fields
    read -ra fields <<<"$stat"
    [[ ${fields[0]} != Z && ${fields[0]} != X ]] || return 1 # ended, not yet collected by its parent
    printf '%s' "${fields[19]}"
}

# Prints the id of the server that owns the data folder $1; fails when none runs.
running_pid() {
    local pid started
    [[ -f $1/pid ]] && read -r pid started <"$1/pid" || return 1
    [[ -n $pid && -n $started && $(start_time "$pid" || true) == "$started" ]] || return 1
    printf '%s' "$pid"
}

port_in() { sed -n "s/^$2=//p" "$1/ports" 2>/dev/null || true; }

# Whether a CQL server answers on loopback port $1: sends OPTIONS (protocol 4) and reads the first byte of the answer (0x84).
cql_answers() {
    local LC_ALL=C first=
    { exec 9<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    printf '\x04\x00\x00\x00\x05\x00\x00\x00\x00' >&9 2>/dev/null || true
    IFS= read -r -t 2 -n 1 -u 9 first || true
    exec 9>&-
    [[ $first == $'\x84' ]]
}

port_taken() { (exec 9<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Ends the process $1 that started at $2: SIGTERM, then SIGKILL after $3 seconds. No-op when it is gone.
end_process() {
    local pid=$1 started=$2 grace=$3 tenths=0
    [[ $(start_time "$pid" || true) == "$started" ]] || return 0
    kill -TERM "$pid" 2>/dev/null || true
    while [[ $(start_time "$pid" || true) == "$started" ]]; do
        if ((tenths >= grace * 10)); then
            say "process $pid did not end within $grace s of SIGTERM: SIGKILL"
            kill -KILL "$pid" 2>/dev/null || true
            grace=$((grace + 10))
        fi
        sleep 0.1
        tenths=$((tenths + 1))
    done
}

# Moves the class archive that a server of the data folder $1 wrote when it ended to where the next start looks for it.
keep_archive() {
    local to
    [[ -s $1/classes.jsa && -s $1/archive ]] || return 0
    to=$(<"$1/archive")
    mv "$1/classes.jsa" "$to.part.$$" && mv "$to.part.$$" "$to"
}
