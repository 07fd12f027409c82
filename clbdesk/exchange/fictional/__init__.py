"""A fictional centre: the files that schools and registers would send of pupils who do not exist.

For demonstration, training, pictures, tests and measurements. The same seed and number of pupils
always give the same files. Numbers have right check digits and serials that are hardly issued.
"""
