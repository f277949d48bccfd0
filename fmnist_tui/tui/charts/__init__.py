"""Line charts in a terminal."""
