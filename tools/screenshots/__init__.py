"""Pictures of the dashboard's main states, for its documentation and for whoever changes how it looks."""
