"""What keeps the lessons true: drift, recording, kernels."""
