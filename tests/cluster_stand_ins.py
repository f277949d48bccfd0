"""Trainings on a cluster that take no time; `cluster_worker.py` has what they do."""

from typing import Any

STAND_IN = "stand-in"
"""Experiments whose name begins so end when the gate is open that the rest of the name names."""
QUICK, KILLS, RAISES = f"{STAND_IN} quick", f"{STAND_IN} kills", f"{STAND_IN} raises"
"""Experiments that end at once, that kill three workers within an epoch, and that raise an error."""


def reach_scheduler_alone(dask_worker: Any) -> None:
    """Cut a worker off from the other workers, as a firewall does."""
    connect, scheduler = dask_worker.rpc.connect, dask_worker.scheduler.addr

    async def connect_to_scheduler(address: str, timeout: float | None = None) -> Any:
        if address != scheduler:
            raise OSError(f"{address}: a firewall is between")
        return await connect(address, timeout)

    dask_worker.rpc.connect = connect_to_scheduler
