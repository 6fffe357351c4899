//! Plays a script on a connection.
//!
//! Promises: steps run in order and each is on the wire before the next one waits; a peer that goes away while a step
//! waits ends the script at once and is logged. It does not correct anything: what the script says is what is sent.

use std::io;
use std::time::Duration;

use crate::app::Conn;
use crate::codings::Encoder;
use crate::gates::RELEASE;
use crate::pattern;
use crate::request::{self, Framing};
use crate::script::Step;
use crate::wire::Woken;

/// Whether the connection lives on after an answer.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Then {
    /// Another request may follow.
    Keep,
    /// Ended by us; `true` with close_notify.
    Close(bool),
    /// Ended by us with RST.
    Reset,
    /// The peer has gone; already logged.
    Gone,
}

struct Player<'a> {
    conn: &'a mut Conn,
    framing: &'a mut Framing,
    chunked: bool,
    /// The first is next to the body.
    encoders: Vec<Encoder>,
    corrupt: bool,
    /// Position in the pattern.
    at: u64,
}

/// Runs `steps`. `framing` says what of the request body is unread, before and after.
pub fn play(conn: &mut Conn, steps: &[Step], framing: &mut Framing) -> io::Result<Then> {
    let encoders = Vec::new();
    let mut player = Player { conn, framing, chunked: false, encoders, corrupt: false, at: 0 };
    for step in steps {
        match player.step(step)? {
            Then::Keep => {}
            end => return Ok(end),
        }
    }
    player.conn.wire.flush()?;
    Ok(Then::Keep)
}

impl Player<'_> {
    fn step(&mut self, step: &Step) -> io::Result<Then> {
        match step {
            Step::Status(text) => self.line(b"HTTP/1.1 ", text)?,
            Step::Field(text) => {
                let lower = text.to_ascii_lowercase();
                if lower.starts_with(b"transfer-encoding:") && lower.ends_with(b"chunked") {
                    self.chunked = true;
                }
                self.line(b"", text)?;
            }
            Step::HeadEnd => self.send(b"\r\n")?,
            Step::Raw(bytes) => self.send(bytes)?,
            Step::Chunk(bytes) => self.chunk(b"", bytes)?,
            Step::ChunkExt(ext, bytes) => self.chunk(ext, bytes)?,
            Step::Body(bytes) => self.body(bytes)?,
            Step::Bytes(n) => self.repeat(*n, |at, piece, n| pattern::append(piece, at, n))?,
            Step::Zeros(n) => self.repeat(*n, |_, piece, n| piece.resize(n, 0))?,
            Step::Repeat(times, bytes) => self.flood(*times, bytes)?,
            Step::Trickle(pause, bytes) => {
                for byte in bytes {
                    self.send(&[*byte])?;
                    match self.wait(None, Some(*pause))? {
                        Then::Keep => {}
                        gone => return Ok(gone),
                    }
                }
            }
            Step::Encode(coding) => {
                if self.encoders.is_empty() {
                    self.encoders.push(Encoder::new(*coding));
                }
            }
            Step::EncodeOver(coding) => self.encoders.push(Encoder::new(*coding)),
            Step::End => self.end()?,
            Step::Corrupt => self.corrupt = true,
            Step::Sleep(time) => return self.wait(None, Some(*time)),
            Step::Drip(total, piece, pause) => {
                let mut left = *total;
                while left > 0 {
                    let n = left.min(*piece as u64).max(1);
                    let mut bytes = Vec::new();
                    pattern::append(&mut bytes, self.at, n as usize);
                    self.at += n;
                    left -= n;
                    self.body(&bytes)?;
                    if left > 0 && !pause.is_zero() {
                        match self.wait(None, Some(*pause))? {
                            Then::Keep => {}
                            gone => return Ok(gone),
                        }
                    }
                }
            }
            Step::Stall => return self.wait(Some(RELEASE), None),
            Step::Gate(name) => return self.wait(Some(name), None),
            Step::Reset => return Ok(Then::Reset),
            Step::Close => return Ok(Then::Close(true)),
            Step::CloseNoNotify => return Ok(Then::Close(false)),
            Step::ReadBody(limit) => {
                self.conn.wire.flush()?;
                let body = request::read_body(&mut self.conn.wire, self.framing, *limit, false)?;
                self.conn.log_body(&body);
            }
            Step::NoRead => {}
            Step::Discard => return self.discard(),
            Step::ReadHead => {
                self.conn.wire.flush()?;
                while !request::read_line(&mut self.conn.wire)?.is_empty() {}
            }
            Step::ReadBytes(n) => {
                self.conn.wire.flush()?;
                let mut framing = Framing::Length(*n);
                request::read_body(&mut self.conn.wire, &mut framing, *n, false)?;
            }
        }
        Ok(Then::Keep)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.corrupt {
            let inverted: Vec<u8> = bytes.iter().map(|b| !b).collect();
            self.conn.wire.put(&inverted)
        } else {
            self.conn.wire.put(bytes)
        }
    }

    fn line(&mut self, before: &[u8], text: &[u8]) -> io::Result<()> {
        self.put(before)?;
        self.put(text)?;
        self.put(b"\r\n")
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.put(bytes)?;
        self.conn.wire.flush()
    }

    fn chunk(&mut self, ext: &[u8], bytes: &[u8]) -> io::Result<()> {
        let mut whole = format!("{:x}", bytes.len()).into_bytes();
        whole.extend_from_slice(ext);
        whole.extend_from_slice(b"\r\n");
        self.conn.wire.put(&whole)?;
        self.put(bytes)?;
        self.conn.wire.put(b"\r\n")?;
        self.conn.wire.flush()
    }

    /// Body bytes through the coding and the framing.
    fn body(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut coded = bytes.to_vec();
        for encoder in &mut self.encoders {
            coded = encoder.push(&coded)?;
        }
        self.frame(&coded)
    }

    fn frame(&mut self, bytes: &[u8]) -> io::Result<()> {
        match (self.chunked, bytes.is_empty()) {
            (_, true) => Ok(()),
            (true, false) => self.chunk(b"", bytes),
            (false, false) => self.send(bytes),
        }
    }

    fn repeat(&mut self, n: u64, make: impl Fn(u64, &mut Vec<u8>, usize)) -> io::Result<()> {
        let mut left = n;
        let mut piece = Vec::new();
        while left > 0 {
            let size = left.min(64 * 1024) as usize;
            piece.clear();
            make(self.at, &mut piece, size);
            self.body(&piece)?;
            self.at += size as u64;
            left -= size as u64;
        }
        Ok(())
    }

    /// Many at once, so that a flood is one.
    fn flood(&mut self, times: u64, bytes: &[u8]) -> io::Result<()> {
        let at_once = (64 * 1024 / bytes.len().max(1)).max(1) as u64;
        let mut left = times;
        while left > 0 {
            let n = left.min(at_once);
            self.send(&bytes.repeat(n as usize))?;
            left -= n;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        let mut rest = Vec::new();
        for mut encoder in std::mem::take(&mut self.encoders) {
            let mut coded = if rest.is_empty() { Vec::new() } else { encoder.push(&rest)? };
            coded.extend(encoder.finish()?);
            rest = coded;
        }
        self.frame(&rest)?;
        if self.chunked { self.send(b"0\r\n\r\n") } else { self.conn.wire.flush() }
    }

    fn wait(&mut self, gate: Option<&str>, limit: Option<Duration>) -> io::Result<Then> {
        self.conn.wire.flush()?;
        let app = self.conn.app.clone();
        let ticket = match gate {
            None => None,
            Some(name) => match app.gates.ticket(name)? {
                None => return Ok(Then::Keep),
                some => some,
            },
        };
        if let Some(name) = gate {
            self.conn.log(if name == RELEASE { "stall" } else { "gate" }, name.to_owned());
        }
        let woken = self.conn.wire.wait_for(ticket.as_ref().map(|t| t.raw()), limit);
        if let (Some(name), Some(ticket)) = (gate, &ticket) {
            app.gates.give_back(name, ticket);
        }
        Ok(match woken {
            Woken::Signal | Woken::Time => Then::Keep,
            Woken::Closed => {
                self.conn.log("peer-closed", "while the script waited".to_owned());
                Then::Gone
            }
            Woken::Reset => {
                self.conn.log("peer-reset", "while the script waited".to_owned());
                Then::Gone
            }
        })
    }

    fn discard(&mut self) -> io::Result<Then> {
        self.conn.wire.flush()?;
        let mut total = 0;
        loop {
            total += self.conn.wire.buffered().len();
            let all = self.conn.wire.buffered().len();
            self.conn.wire.consume(all);
            if self.conn.wire.fill()? == 0 {
                self.conn.log("peer-closed", format!("after {total} bytes were dropped"));
                return Ok(Then::Gone);
            }
        }
    }
}
