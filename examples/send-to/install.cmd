@echo off
rem Double-click. Puts "send to" entries and desktop icons for this user; needs no administrator.
rem This file is ASCII only: cmd.exe reads it in the console's code page, whichever that is.
powershell.exe -NoProfile -ExecutionPolicy Bypass -File "%~dp0install.ps1"
pause
