"""Folders of people as labelled, aligned faces: the data for training, calibration and evaluation."""
