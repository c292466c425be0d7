"""The figure on a Streamlit page, made once for all visitors."""

import streamlit as st
from figure import figure

st.set_page_config(layout="wide")
st.title("Demand")
st.plotly_chart(st.cache_resource(figure)())
