"""Small stand-ins for software that Debian has no package of.

They take the place of Streamlit, MLflow and Grafana in the offline stack: same port, same
dependencies, real data. Every page says that it is a stand-in.
"""
