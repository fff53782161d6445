#!/usr/bin/env bash
# Runs deploy/sweep.sbatch on a Slurm cluster of one node that this script makes
# from Debian's packages (slurm-wlm, munge), and compares the joined table with
# that of one process. It needs root, a binary ./tacit and nothing else; it
# changes /etc/slurm and /etc/munge of the machine it runs on. Exit code 77: Slurm
# does not start here.
set -euo pipefail
cd "$(dirname "$0")/.."
tacit=$(realpath "${TACIT:-./tacit}")
work=$(mktemp -d)
started=""
trap 'timeout 10 scontrol shutdown >/dev/null 2>&1 || true; [ -z "$started" ] || pkill -x munged || true; rm -rf "$work"' EXIT

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
