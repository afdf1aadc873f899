"""Live: what stands on disk is watched, compiled again and brought to open pages, or into a folder.

`places` says where to look, `watching` looks, `session` compiles and keeps what was good last, `fingerprints` tell what
changed, `app` and `server` hand it to browsers, `status` to the terminal. The page's part is in `runtime/`.
"""
