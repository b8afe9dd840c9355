# A new container, and the old one's story is gone.
# hint: another
# step: night
docker rm -f mailer
docker run -d --name mailer -m 64m redis
