# Nobody makes a new one.
# hint: not-made-again
# step: delete
docker rm -f web-2
docker start web-2
