"""One torch thread for every test, as in the workers, so that results compare bit for bit."""

import torch

torch.set_num_threads(1)
