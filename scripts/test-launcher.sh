#!/usr/bin/env bash
# Tests ./candor in a copy of its own, with a JDK and a Maven that only play their part; takes a few seconds.
set -euo pipefail

source_folder=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# A PATH with the tools that the launcher needs, and neither java nor mvn.
tools=$work/tools
mkdir "$tools"
for tool in bash cat dirname env find grep head kill mkdir mv readlink rm sleep tail tee touch; do
    if path=$(type -P "$tool"); then ln -s "$path" "$tools/$tool"; fi
done

# make_jdk FOLDER VERSION
make_jdk() {
    mkdir -p "$1/bin"
    printf 'JAVA_VERSION="%s"\n' "$2" >"$1/release"
    # shellcheck disable=SC2016 # for the script that is written
    printf '#!/usr/bin/env bash\necho "ran from %s: ${*##*=}"\nexit "${EXIT_WITH:-0}"\n' "$1" >"$1/bin/java"
    printf '#!/usr/bin/env bash\n' >"$1/bin/javac"
    chmod +x "$1/bin/java" "$1/bin/javac"
}

# make_tree NAME: a project folder with the launcher; its Maven, in bin/, counts how often it ran.
make_tree() {
    tree=$work/$1
    mkdir -p "$tree/cluster/src/main/java" "$tree/bin" "$tree/jdks"
    cp "$source_folder/candor" "$tree/candor"
    touch "$tree/pom.xml" "$tree/cluster/pom.xml" "$tree/cluster/src/main/java/One.java" "$tree/cluster/src/main/java/Two.java"
    cat >"$tree/bin/mvn" <<'MVN'
#!/usr/bin/env bash
echo run >>mvn-runs
echo "[INFO] Building Candor 0.1.0-SNAPSHOT                                   [1/2]"
echo "Downloaded from central: some.jar (1 kB at 1 kB/s)"
echo "[INFO] Building Candor :: cluster 0.1.0-SNAPSHOT                        [2/2]"
if [[ -e break-the-build ]]; then
    echo "[ERROR] /some/File.java:[3,7] ';' expected"
    exit 1
fi
for module in cluster bench; do
    mkdir -p $module/target
    touch $module/target/candor-$module-0.1.0-SNAPSHOT.jar $module/target/library.jar
    printf '%s' "$PWD/$module/target/library.jar" >$module/target/class-path
    [[ " $* " == *" -pl $module "* ]] && break
done
MVN
    chmod +x "$tree/bin/mvn"
    # So that what the tests touch later is newer than the build, whatever the resolution of the clock.
    touch -t 202001010000 "$tree/pom.xml" "$tree"/cluster/pom.xml "$tree"/cluster/src/main/java/*.java "$tree/cluster/src/main/java" "$tree/cluster/src/main"
}

# launch [NAME=VALUE...] [ARGUMENT...]: runs the launcher of $tree; sets status, $work/out and $work/err.
launch() {
    local variables=()
    while [[ ${1:-} == *=* ]]; do
        variables+=("$1")
        shift
    done
    status=0
    env -i HOME="$work/nobody" PATH="$tree/bin:$tools" CANDOR_JDK_ROOTS="$tree/jdks" ${variables[@]+"${variables[@]}"} \
        "${launcher:-$tree/candor}" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

check() {
    local sentence=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n  check:  %s\n  status: %s\n' "$sentence" "$*" "$status"
        sed 's/^/  out: /' "$work/out"
        sed 's/^/  err: /' "$work/err"
    fi
}
says() { grep -Fq -- "$1" "$work/err"; }
prints() { grep -Fq -- "$1" "$work/out"; }
prints_nothing() { [[ ! -s $work/out ]]; }
ended_with() { ((status == $1)); }
built_times() { [[ $(grep -c run "$tree/mvn-runs" 2>/dev/null || true) == "$1" ]]; }

make_tree no-jdk
launch --help
check "without any JDK it says what is missing" says "needs a JDK 25: none was found"
check "and how to get it" says "apt install temurin-25-jdk"
check "and how to get it with SDKMAN" says "sdk install java 25-tem"
check "and ends with its own status" ended_with 69
check "and keeps standard output clean" prints_nothing

make_tree other-jdk
make_jdk "$tree/jdks/seventeen" 17.0.15
launch JAVA_HOME="$tree/jdks/seventeen" --help
check "a JDK of another version does not do" ended_with 69
make_jdk "$tree/jdks/later" 250.0.1
launch --help
check "nor one whose number only begins alike" ended_with 69

make_tree runtime-only
make_jdk "$tree/jdks/jre" 25.0.1
rm "$tree/jdks/jre/bin/javac"
launch --help
check "a runtime without a compiler does not do" ended_with 69

make_tree no-maven
make_jdk "$tree/jdks/a" 25.0.1
rm "$tree/bin/mvn"
launch --help
check "without Maven it says what is missing" says "needs Maven 3.8.7 or newer"
check "and how to get it" says "apt install maven"
check "and ends with its own status" ended_with 69
check "and keeps standard output clean" prints_nothing

make_tree first-use
make_jdk "$tree/jdks/a" 25.0.1
launch --json "two words"
check "it builds on first use" built_times 1
check "and shows each module" says "building cluster [2/2]"
check "and the time it took" says "built in "
check "and then runs the command with its arguments" prints "dev.candor.cluster.cli.Candor --json two words"
check "with one line on standard output" test "$(grep -c '' "$work/out")" = 1
check "and keeps the whole log" grep -Fq "Downloaded from central" "$tree/target/candor-build.log"
launch --help
check "it does not build again without need" built_times 1
check "and then has nothing to say" test ! -s "$work/err"
launch EXIT_WITH=3 --help
check "it hands on the command's exit status" ended_with 3

ln -s "$tree/candor" "$work/link"
ln -s ../link "$tools/candor-by-link"
launcher=$work/link
cd /
launch --help
check "it runs through a link from any folder" prints "ran from $tree/jdks/a"
launcher=$tools/candor-by-link
launch --help
check "and through a relative link to a link" prints "ran from $tree/jdks/a"
unset launcher
cd "$work"

touch "$tree/cluster/src/main/java/One.java"
launch --help
check "it builds again when a source is newer" built_times 2
touch -t 202001010000 "$tree/cluster/src/main/java/One.java"
rm "$tree/cluster/src/main/java/Two.java"
launch --help
check "or gone" built_times 3
touch -t 202001010000 "$tree/cluster/src/main/java"
rm "$tree/cluster/target/library.jar"
launch --help
check "or a library is gone" built_times 4
mkdir "$tree/target/candor-build.lock"
sleep 0.01 &
wait $!
echo $! >"$tree/target/candor-build.lock/pid"
touch "$tree/pom.xml"
launch --help
check "a lock whose owner is dead does not stop it" built_times 5

make_tree load-tester
make_jdk "$tree/jdks/a" 25.0.1
mkdir -p "$tree/bench/src/main"
touch -t 202001010000 "$tree/bench/src/main"
launch --help
check "the load tester is not built without need" test ! -e "$tree/bench"/target
launch bench --target "an address"
check "it is when it is asked for" built_times 2
check "and gets the arguments behind its name" prints "dev.candor.bench.Bench --target an address"
launch bench --help
launch --help
check "and then neither is built again" built_times 2
check "and other commands go to the node" prints "dev.candor.cluster.cli.Candor --help"
touch "$tree/cluster/src/main/java/One.java"
launch bench --help
check "it is built again when what it is built on changed" built_times 3
launch --help
check "which builds that as well" built_times 3

make_tree broken
make_jdk "$tree/jdks/a" 25.0.1
touch "$tree/break-the-build"
launch --help
check "a failed build ends with its own status" ended_with 70
check "shows the error" says "';' expected"
check "names the log" says "$tree/target/candor-build.log"
check "and runs nothing" prints_nothing
rm "$tree/break-the-build"
launch --help
check "the next try builds again" built_times 2

make_tree choice
make_jdk "$tree/jdks/found" 25.0.1
make_jdk "$tree/home" 25.0.2
make_jdk "$tree/path" 25
launch JAVA_HOME="$tree/home" PATH="$tree/path/bin:$tree/bin:$tools" --help
check "JAVA_HOME comes first" prints "ran from $tree/home:"
launch JAVA_HOME="$work/nowhere" PATH="$tree/path/bin:$tree/bin:$tools" --help
check "then java on the PATH" prints "ran from $tree/path:"
launch --help
check "then the usual folders" prints "ran from $tree/jdks/found:"

printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
