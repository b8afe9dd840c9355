sleep 3600 & wait
