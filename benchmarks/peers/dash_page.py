"""The figure on a Dash page: compressed, no developer's tools, made once. A production server runs `server`."""

from dash import Dash, dcc, html
from figure import figure

app = Dash(__name__, compress=True)
app.layout = html.Div([html.H1("Demand"), dcc.Graph(figure=figure())])
server = app.server
