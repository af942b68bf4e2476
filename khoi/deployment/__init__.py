"""One deployment: its folders, its creation, what decides whether there is work to do.

Belongs here: where a thing lies below KHOI_HOME, `khoi init`, fingerprints of inputs, keeping libraries quiet. Does
not belong here: what the stages do with it (`khoi.stages`).
"""

from khoi.deployment.create import DeploymentExists, create_deployment
from khoi.deployment.home import Home, NoRegisters

__all__ = ["DeploymentExists", "Home", "NoRegisters", "create_deployment"]
