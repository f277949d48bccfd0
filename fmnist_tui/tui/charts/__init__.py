"""Line charts in a terminal: of accuracy and loss, training and validation, run beside run."""
