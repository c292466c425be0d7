"""The figure on a Dash page: compressed, without the developer's tools, made once."""

import sys

from dash import Dash, dcc, html
from figure import figure

app = Dash(__name__, compress=True)
app.layout = html.Div([html.H1("Demand"), dcc.Graph(figure=figure())])
app.run(port=sys.argv[1], debug=False)
