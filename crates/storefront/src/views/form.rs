//! Form fields with their labels, kept values and errors.

/// What kind of text a field takes; decides keyboard and masking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Plain text.
    Text,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Telephone,
    /// A password; its value is never sent back.
    Password,
}

impl FieldKind {
    /// The input's `type`.
    pub(crate) fn input_type(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Telephone => "tel",
            Self::Password => "password",
        }
    }
}

/// One text field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name in the form and id in the page.
    pub name: &'static str,
    /// The label.
    pub label: &'static str,
    /// What was entered before.
    pub value: String,
    /// What is wrong with it, said so that it can be put right.
    pub error: Option<String>,
    /// What kind of text it takes.
    pub kind: FieldKind,
    /// The `autocomplete` token.
    pub autocomplete: &'static str,
    /// Whether it must be filled in.
    pub required: bool,
    /// A line of help under the label.
    pub hint: Option<&'static str>,
}

impl Field {
    /// A required text field.
    pub fn new(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self {
            name,
            label,
            value: String::new(),
            error: None,
            kind: FieldKind::Text,
            autocomplete,
            required: true,
            hint: None,
        }
    }

    /// A required e-mail field.
    pub fn email(name: &'static str, label: &'static str) -> Self {
        Self { kind: FieldKind::Email, ..Self::new(name, label, "email") }
    }

    /// A required password field.
    pub fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { kind: FieldKind::Password, ..Self::new(name, label, autocomplete) }
    }

    /// The same field, holding `value`.
    pub fn with_value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The same field, with what is wrong about it.
    pub fn with_error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// The same field, with a line of help.
    pub fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same field for another kind of text.
    pub fn of_kind(mut self, kind: FieldKind) -> Self {
        self.kind = kind;
        self
    }

    /// The same field, which may stay empty.
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Ids of hint and error, for `aria-describedby`.
    pub(crate) fn described_by(&self) -> String {
        described_by(self.name, self.hint.is_some(), self.error.is_some())
    }

    /// The error as an entry of the summary at the head of the form.
    pub fn as_error(&self) -> Option<FieldError> {
        self.error.as_ref().map(|text| FieldError { field: self.name.to_owned(), text: text.clone() })
    }
}

/// A choice in a select or a group of radio buttons.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
}

/// A drop-down field.
#[derive(Debug, Clone)]
pub struct SelectField {
    /// Name in the form and id in the page.
    pub name: &'static str,
    /// The label.
    pub label: &'static str,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// What is wrong.
    pub error: Option<String>,
    /// The `autocomplete` token.
    pub autocomplete: &'static str,
}

impl SelectField {
    pub(crate) fn described_by(&self) -> String {
        described_by(self.name, false, self.error.is_some())
    }

    /// Whether one of the choices is chosen.
    pub(crate) fn is_chosen(&self) -> bool {
        self.choices.iter().any(|choice| choice.selected)
    }

    /// The error as an entry of the summary at the head of the form.
    pub fn as_error(&self) -> Option<FieldError> {
        self.error.as_ref().map(|text| FieldError { field: self.name.to_owned(), text: text.clone() })
    }
}

/// One entry of the summary of errors: where, and what.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// Id of the field it belongs to.
    pub field: String,
    /// What is wrong.
    pub text: String,
}

fn described_by(name: &str, has_hint: bool, has_error: bool) -> String {
    match (has_hint, has_error) {
        (true, true) => format!("{name}-hint {name}-error"),
        (true, false) => format!("{name}-hint"),
        (false, true) => format!("{name}-error"),
        (false, false) => String::new(),
    }
}
