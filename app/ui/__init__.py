"""What pages are made of: forms from Params, live panels, figures, words. The only part of app that knows Streamlit."""
