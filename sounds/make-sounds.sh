#!/bin/sh
# Makes the phrases: needs espeak-ng and sox (Debian packages of these names).
# 8 kHz, mono, 16 bit: what a telephone line carries, and small.
set -eu
cd "$(dirname "$0")"

phrase() { # FILE TEXT, in $language
  espeak-ng -v "$language" -s 150 -w /dev/stdout "$2" |
    sox -t wav - -r 8000 -c 1 -b 16 -R "$language/$1.wav" norm -3 silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse pad 0.1 "${3:-0.25}"
}

digit() { # FILE TEXT
  phrase "digits/$1" "$2" 0.05
}

language=en
mkdir -p en/digits
phrase callback 'callback'
phrase accept 'To take it, press'
phrase client-busy 'The line is busy.'
phrase client-no-answer 'There is no answer.'
phrase client-unreachable 'The client can not be reached.'
phrase client-invalid 'The number is wrong.'
phrase afterwards 'Press 1 to try again later, 2 if it is done, 9 to never call this client again.'
phrase thanks 'Thank you.'
phrase dialled 'Number dialled:'
phrase times-lost 'Times lost:'
phrase seconds-waited 'Seconds waited:'
phrase minutes-waited 'Minutes waited:'
phrase plus 'plus' 0.05
for number in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 30 40 50 60 70 80 90; do digit "$number" "$number"; done
digit star 'star'
digit pound 'pound'

language=ru
mkdir -p ru/digits
phrase callback 'обратный звонок'
phrase accept 'Чтобы принять, нажмите'
phrase client-busy 'У клиента занято.'
phrase client-no-answer 'Клиент не отвечает.'
phrase client-unreachable 'Клиент недоступен.'
phrase client-invalid 'Неверный номер.'
phrase afterwards 'Нажмите 1, чтобы перезвонить позже, 2, если вопрос решён, 9, чтобы больше не звонить этому клиенту.'
phrase thanks 'Спасибо.'
phrase dialled 'Набранный номер:'
phrase times-lost 'Потеряно звонков:'
phrase seconds-waited 'Секунд ожидания:'
phrase minutes-waited 'Минут ожидания:'
phrase plus 'плюс' 0.05
for number in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 30 40 50 60 70 80 90; do digit "$number" "$number"; done
digit star 'звёздочка'
digit pound 'решётка'
