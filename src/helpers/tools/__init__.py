"""What else can be made: sample data, calibration, benchmarks."""
