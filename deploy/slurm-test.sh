#!/usr/bin/env bash
# Runs deploy/sweep.sbatch on a Slurm cluster of one node that this script makes
# from Debian's packages (slurm-wlm, munge), and compares the joined table with
# that of one process. Then deploy/mpi.sbatch, with each MPI library that srun can
# start here: one A over two ranks, killed and submitted again. It needs root and a
# binary ./tacit, for the second built with -tags mpi; it changes /etc/slurm and
# /etc/munge of the machine it runs on. Exit code 77: Slurm does not start here.
set -euo pipefail
cd "$(dirname "$0")/.."
tacit=$(realpath "${TACIT:-./tacit}")
work=$(mktemp -d)
started=""
trap 'timeout 10 scontrol shutdown >/dev/null 2>&1 && sleep 1 || true; [ -z "$started" ] || pkill -x munged || true; rm -rf "$work"' EXIT

[ -s /etc/munge/munge.key ] || { dd if=/dev/urandom of=/etc/munge/munge.key bs=1 count=1024 status=none; chown munge: /etc/munge/munge.key; chmod 400 /etc/munge/munge.key; }
mkdir -p /run/munge /var/log/munge "$work/state" "$work/spool"
chown munge: /run/munge /var/log/munge
if ! pgrep -x munged >/dev/null; then
  runuser -u munge -- /usr/sbin/munged --force
  started=yes
fi

host=$(hostname -s)
cat >/etc/slurm/slurm.conf <<CONF
ClusterName=one
SlurmctldHost=$host
SlurmUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
ReturnToService=2
NodeName=$host CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
up() { timeout 5 sinfo -h -o %T 2>/dev/null | grep -q idle; }
slurmctld && slurmd || true
for _ in $(seq 75); do up && break; sleep 0.2; done
up || { echo "no Slurm of one node comes up here:"; tail -n 5 "$work"/*.log || true; exit 77; }
sinfo

cat >"$work/spec.toml" <<'SPEC'
trials = 20
[fixed]
m = 60
nonneg = true
[axes]
delta = { from = 0.2, to = 1.0, points = 5 }
rho = { from = 0.2, to = 0.8, points = 4 }
SPEC
export TACIT=$tacit
sbatch --wait --array=3-7 --cpus-per-task=1 --output="$work/%a.log" deploy/sweep.sbatch "$work/spec.toml" "$work/parts"
cat "$work"/[3-7].log
"$tacit" sweep merge "$work/parts" -o "$work/joined"
env -u SLURM_ARRAY_TASK_ID "$tacit" sweep "$work/spec.toml" -o "$work/whole"
cmp "$work/joined/cells.parquet" "$work/whole/cells.parquet"
echo "the five parts of the job array join to the same bytes"

mpi() {
  local kind=$1 library=$2 job
  srun --mpi=list 2>&1 | grep -w "$kind" >/dev/null || { echo "skipped: srun has no --mpi=$kind here"; return; }
  ldconfig -p | grep -F "$library " >/dev/null || { echo "skipped: no $library here"; return; }
  cd "$work"
  local submit=(sbatch --parsable --nodes=1 --ntasks=2 --ntasks-per-node=2 --cpus-per-task=1 --output="$work/$kind.log")
  export TACIT_SRUN_MPI=$kind TACIT_MPI=$library OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  "${submit[@]}" --wait "$here/mpi.sbatch" sparse p/A.npy p/b.npy -o "$kind" >/dev/null || { cat "$kind.log"; exit 1; }
  grep -q '"ranks":2' "$kind/result.json" || { cat "$kind.log"; echo "srun did not connect two ranks"; exit 1; }
  "$tacit" verify "$kind" >/dev/null
  job=$("${submit[@]}" "$here/mpi.sbatch" sparse h/A.npy h/b.npy --keep-every 1ns -o "$kind-killed" --resume)
  for _ in $(seq 300); do [ ! -e "$kind-killed/checkpoint.npz" ] || break; sleep 0.1; done
  scancel --signal=KILL "$job"
  for _ in $(seq 100); do [ -n "$(squeue -h -j "$job" 2>/dev/null)" ] || break; sleep 0.1; done
  [ -e "$kind-killed/checkpoint.npz" ] || { cat "$kind.log"; echo "the job was not there to be killed"; exit 1; }
  "${submit[@]}" --wait "$here/mpi.sbatch" sparse h/A.npy h/b.npy -o "$kind-killed" --resume >/dev/null || { cat "$kind.log"; exit 1; }
  grep -q '"route":"resumed' "$kind-killed/result.json" || { echo "the second job did not go on"; exit 1; }
  "$tacit" verify "$kind-killed" >/dev/null
  echo "srun --mpi=$kind and $library: two ranks, killed, and submitted again"
}
if "$tacit" sparse none.npy none.npy --engine mpi 2>&1 | grep -q 'built without MPI'; then
  echo "skipped: one A over ranks, which needs a binary built with -tags mpi"
  exit 0
fi
here=$(realpath deploy)
"$tacit" gen sparse --rows 60 --cols 400 --support 8 -o "$work/p" >/dev/null
"$tacit" gen sparse --rows 700 --cols 6000 --support 450 -o "$work/h" >/dev/null
mpi pmix libmpi.so.40
mpi pmi2 libmpich.so.12
