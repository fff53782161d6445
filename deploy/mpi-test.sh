#!/bin/bash
# One A over several ranks under a real mpirun: the answers of 1, 2 and 4 ranks
# have the same bytes and are verified in one process, what fails ends all ranks at
# once, and a run that is killed goes on. TACIT names a binary built with -tags mpi,
# MPIRUN the launcher.
set -euo pipefail
tacit=${TACIT:-tacit}
mpirun=${MPIRUN:-mpirun --oversubscribe}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "failed: $*"; cat log 2>/dev/null || true; exit 1; }
# run RANKS ARGS…: its output goes to the file log, its exit code to $code.
run() {
  local ranks=$1
  shift
  code=0
  timeout 60 $mpirun -n "$ranks" "$tacit" "$@" --engine mpi </dev/null >log 2>&1 || code=$?
  [ "$code" != 124 ] || fail "$ranks ranks hang: $*"
}

"$tacit" gen sparse --rows 60 --cols 400 --support 8 -o p >/dev/null
"$tacit" gen sparse --rows 60 --cols 400 --support 8 --nonneg -o q >/dev/null
# A sparse matrix as text, of which every rank keeps its columns, and its transpose.
awk 'BEGIN {
  srand(1); n = 50; m = 300; k = 0
  for (j = 1; j <= m; j++) for (e = 0; e < 5; e++) {
    i = int(n * rand()) + 1; v = 4 * rand() - 2; list[k++] = i " " j " " v; turned[k] = j " " i " " v
  }
  head = "%%MatrixMarket matrix coordinate real general"
  print head "\n" n, m, k >"A.mtx"; print head "\n" m, n, k >"T.mtx"
  for (e = 0; e < k; e++) { print list[e] >"A.mtx"; print turned[e + 1] >"T.mtx" }
  for (i = 1; i <= n; i++) print sin(i) >"b.csv"
}'
while read -r name file args; do
  for ranks in 1 2 4; do
    run "$ranks" $args -o "$name$ranks"
    [ "$code" = 0 ] || fail "$name on $ranks ranks ends with $code"
    cmp "${name}1/$file" "$name$ranks/$file" || fail "$name: $ranks ranks give other bytes than one"
    cmp "${name}1/x.npy" "$name$ranks/x.npy" || fail "$name: $ranks ranks give another x than one"
  done
  if [ "$file" = certificate.json ]; then
    "$tacit" verify "${name}4" >log || fail "$name is not verified by one process"
    run 2 verify "${name}4"
    [ "$code" = 0 ] && grep -q '^valid' log || fail "$name is not verified by two ranks"
  fi
  echo "$name: 1, 2 and 4 ranks give the same bytes"
done <<'COMMANDS'
sparse certificate.json sparse p/A.npy p/b.npy
minnorm certificate.json minnorm p/A.npy p/b.npy
nearest certificate.json nearest q/A.npy q/b.npy --geometry entropy --alpha 1e-3
coordinates certificate.json sparse A.mtx b.csv
transposed certificate.json minnorm T.mtx b.csv --transpose
text certificate.json nearest A.mtx b.csv --geometry hypentropy:1e-2
flow trajectory.npz flow linear p/A.npy p/b.npy --geometry hypentropy:1e-2 --rtol 1e-6
COMMANDS

run 4 sparse missing.npy p/b.npy
[ "$code" != 0 ] && grep -q 'missing.npy: cannot be read' log || fail "a file that cannot be read"
[ "$(grep -c 'tacit: error' log)" = 1 ] || fail "more than one rank complains"
echo "a file that cannot be read: said once, all ranks end"

# One rank finds another file than the others, or a damaged one: rank 0 names it.
head -c 100000 p/A.npy >short.npy
"$tacit" gen sparse --rows 60 --cols 400 --support 8 --seed 7 -o other >/dev/null
while read -r path want; do
  code=0
  timeout 60 $mpirun -n 3 sh -c 'a=p/A.npy; case ${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:-$PMI_RANK}} in 2) a=$1;; esac; exec "$0" sparse $a p/b.npy --engine mpi -o refused' \
    "$tacit" "$path" </dev/null >log 2>&1 || code=$?
  [ "$code" != 0 ] && [ "$code" != 124 ] || fail "$path on rank 2 ends with $code"
  grep -q "rank 2 on $(hostname)" log && grep -q "$want" log || fail "$path on rank 2: the message"
  [ "$(grep -c 'tacit: error' log)" = 1 ] && [ ! -e refused ] || fail "$path on rank 2: more than one rank speaks, or writes"
done <<'FILES'
none.npy cannot be read
short.npy truncated
other/A.npy has another file for A
FILES
echo "a file that one rank cannot read, or that differs: rank and host are named"

# A run is killed, by one of its ranks or with its launcher, once it has kept where it is.
# The others end, and the run goes on, on another number of ranks, to a proven answer.
"$tacit" gen sparse --rows 900 --cols 8000 --support 580 -o h >/dev/null
"$tacit" gen sparse --rows 700 --cols 6000 --support 450 --nonneg -o g >/dev/null
ranks_of() { pgrep -f "^$tacit $1 .*--keep-every 1ns" || true; }
while read -r name who args; do
  for target in ${who//,/ }; do
    rm -rf killed
    timeout 120 $mpirun -n 2 "$tacit" $args --engine mpi --threads 1 --keep-every 1ns -o killed </dev/null >log 2>&1 &
    job=$!
    for _ in $(seq 600); do [ ! -e killed/checkpoint.npz ] || break; sleep 0.05; done
    case $target in
    first) victim=$(ranks_of "$name" | head -1) ;;
    last) victim=$(ranks_of "$name" | tail -1) ;;
    launcher) victim=$(pgrep -P "$job" | head -1) ;;
    esac
    if [ -z "$victim" ] || ! kill -9 "$victim"; then # a fast machine: nothing is tested, and that is said
      wait "$job" && "$tacit" verify killed >log || fail "$name ended before it was killed, without an answer"
      echo "$name: SKIPPED, it was done before the $target could be killed"
      continue
    fi
    code=0
    { wait "$job" || code=$?; } 2>/dev/null # bash says that it was killed
    [ "$code" != 0 ] && [ "$code" != 124 ] || fail "$name: the $target killed leaves the others waiting ($code)"
    for _ in $(seq 100); do [ -n "$(ranks_of "$name")" ] || break; sleep 0.1; done
    [ -z "$(ranks_of "$name")" ] || fail "$name: ranks are left after the $target was killed"
    if [ -e killed/result.json ]; then # the ranks of a killed launcher may be done before they notice
      [ "$target" = launcher ] || fail "$name: the killed run has a result"
      "$tacit" verify killed >log || fail "$name: what the ranks without a launcher wrote"
      echo "$name: the $target killed, the ranks were done before they noticed"
      continue
    fi
    run 3 $args -o killed --resume
    [ "$code" = 0 ] || fail "$name does not go on ($code)"
    "$tacit" verify killed >log || fail "$name is not verified after it went on"
    [ ! -e killed/checkpoint.npz ] || fail "$name: a checkpoint is left"
    echo "$name: the $target killed ends all, and three ranks go on"
  done
done <<'COMMANDS'
sparse first,last,launcher sparse h/A.npy h/b.npy
nearest last nearest g/A.npy g/b.npy --geometry entropy --alpha 1e-60
COMMANDS

# One rank of a long run is killed: the launcher ends the others.
timeout 60 $mpirun -n 2 "$tacit" flow linear p/A.npy p/b.npy --geometry hypentropy:1e-300 --rtol 1e-12 \
  --until-time 1e300 --engine mpi </dev/null >log 2>&1 &
job=$!
victim=
for _ in $(seq 100); do
  sleep 0.1
  # Of the processes with this command line the last one is a rank, and not its launcher.
  victim=$(pgrep -f "^$tacit flow linear p/A.npy .*--until-time 1e300" | tail -1 || true)
  [ -z "$victim" ] || break
done
[ -n "$victim" ] || fail "no rank to kill"
sleep 1
kill -9 "$victim" || fail "the run ended before it was killed"
code=0
wait "$job" || code=$?
[ "$code" != 0 ] && [ "$code" != 124 ] || fail "a killed rank leaves the others waiting ($code)"
grep -qi 'kill' log || fail "nothing is said of the killed rank"
echo "a killed rank: the launcher says so and ends the others"
