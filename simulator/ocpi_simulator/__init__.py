"""The Partner: an OCPI server and client with a data set and behaviours, to test against or to develop against."""
