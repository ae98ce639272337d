"""Work on a learner's own text that needs no model."""

from __future__ import annotations

import time

import pytest
from openai import OpenAI

from helpers.mock.generation import working
from helpers.models import DEFAULT


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        ("How many words are in “The quick brown fox”?", "4 words."),
        ("Count the words: to be or not to be", "6 words."),
        ("How many letters are in the word banana?", "6 letters."),
        ("How many vowels does banana have?", "3 vowels."),
        ("How many sentences are in this text?\nHello. How are you? Fine!", "3 sentences."),
        ("How many times does the letter a occur in banana?", "3 times."),
        ("How many times does “the” appear in “the cat and the other hat”?", "2 times."),
        ("How many r's are in “raspberry jam”?", "3 times."),
        ("Please reverse the word “stressed”.", "desserts"),
        ("Reverse this list: a, b, c", "c, b, a"),
        ("Spell banana backwards", "ananab"),
        ("Convert to upper case: hello world", "HELLO WORLD"),
        ("Write “Hello” in small letters", "hello"),
        ("Convert to title case: the cat's pyjamas", "The Cat's Pyjamas"),
        ("Sort alphabetically: pear, apple, Fig", "apple, Fig, pear"),
        ("Sort these numbers in descending order:\n5\n11\n-2", "11\n5\n-2"),
        ("What's the sum of 1, 2 and 3.5?", "6.5"),
        ("What is the average of 4, 5, 6, 8", "5.75"),
        ("What is the median of 4, 1 and 9?", "4"),
        ("Which is the largest of 3, 11, 4?", "11"),
        ("What is the first word of “Call me Ishmael”?", "Call"),
        ("Extract all e-mail addresses: ada@example.org or bo@example.com.",)
        + ("ada@example.org\nbo@example.com",),
        ("Find all dates in this text: born 3 May 1990, 2015-06-01", "3 May 1990\n2015-06-01"),
        ("List the prices:\ncup 3.50 euros, 2 plates €12", "3.50 euros\n€12"),
        ("Extract the numbers from: 3 cats and 4.5 litres", "3\n4.5"),
        ("What is 12 * 7 + 3?", "87"),
        ("What is seven times eight?", "56"),
        ("Calculate (1,200 - 200) / 3", "About 333.333333."),
        ("What is 15% of 80?", "12"),
        ("What is 0.1 + 0.2?", "0.3"),
        ("12*7=", "84"),
        ("How many days are there between 1 March 2026 and 15 April 2026?", "45 days."),
        ("Which weekday was 1 December 2026?", "Tuesday."),
        ("Is 97 a prime number?", "Yes, 97 is a prime number."),
        ("Is 91 prime?", "No, 91 is 7 × 13."),
        ("Is 1 prime?", "No, 1 is not a prime number."),
        ("Is 7 even?", "No, 7 is not even."),
        ("Is 2100 a leap year?", "No, 2100 is not a leap year."),
        ("Is 12 divisible by 5?", "No, 12 is not divisible by 5."),
        ("Is “Never odd or even” a palindrome?", "Yes, it reads the same backwards."),
        ("Is this about delivery or product? The parcel arrived late.", "delivery"),
    ],
)
def test_the_work_is_right(asked: str, made: str) -> None:
    assert working.done(asked) == made


@pytest.mark.parametrize(
    "asked",
    [
        "How many words are in the English language?",
        "How many letters are in the Greek alphabet?",
        "How many words are in Hamlet?",
        "Count the words in this sentence.",
        "How many sentences are in: I saw Dr. Who. He ran.",
        "Reverse a linked list in Python",
        "Reverse the list",
        "Reverse “abc” and count the letters",
        "Write a poem about snails in capital letters",
        "Convert this to upper case",
        "What is the largest planet?",
        "Sort these animals into mammals and birds: dog, eagle",
        "Sort these events: the moon landing, the war",
        "Order a pizza: margherita, large",
        "List all prices: coffee 3.50, tea 2",
        "Find all dates: 3/4/2026 and 5 May 2026",
        "Find the number of cats in: 3 cats and 2 dogs",
        "What is 1/0?",
        "What is 9/11?",
        "What is 2026-12-11?",
        "555-1234",
        "What is 5 plus Python?",
        "What is 100 - 10%?",
        "What is 2 ** 9999999?",
        "What is __import__('os') + 1?",
        "How many days are there between 1 March and 5 March?",
        "Is this positive or negative: I like it",
        "Is this spam or not spam? “You won a prize”",
        "1. What is an API? 2. What is JSON?",
        "",
    ],
)
def test_what_is_not_sure_is_left_alone(asked: str) -> None:
    assert working.done(asked) is None


def test_a_prompt_that_is_not_written_gets_it(client: OpenAI) -> None:
    asked = "What is 12 * 7 + 3?"
    assert client.responses.create(model=DEFAULT, input=asked).output_text == "87"


def test_long_requests_take_no_time() -> None:
    begun = time.perf_counter()
    for text in ("in " * 30_000, "1 " * 50_000, "(" * 300, "the:" * 25_000, "a\n" * 50_000):
        for verb in ("Count the words", "Sort", "What is", "List all prices", "Reverse", "Write"):
            working.done(f"{verb} {text}")
            working.done(f"{verb}: {text}")
    assert time.perf_counter() - begun < 10
