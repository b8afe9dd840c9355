if a; then b; elif c && d || ! e; then f; else g; fi >out 2>>err </in
