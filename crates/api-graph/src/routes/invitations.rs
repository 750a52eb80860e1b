//! `/invitations` (graph-api.md 4). No mail is sent, and the address to redeem at leads to the
//! redirect address itself: whoever is invited answers by the home tenant's synchronization or not.

use access::Permission::InviteUsers;
use directory::Invitation;
use model::{ObjectId, UserType};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    answer::Answer, call::Call, error::Error, reference, request::Method::Post, route::Route,
};

pub const ROUTES: &[Route] = &[Route::new(
    Post,
    "/invitations",
    "Invite external user, or reset redemption",
    &[InviteUsers],
    invite,
)];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    #[serde(rename = "@odata.type", default)]
    _type: Option<String>,
    invited_user_email_address: Option<String>,
    invite_redirect_url: Option<String>,
    #[serde(default)]
    invited_user_display_name: Option<String>,
    #[serde(default)]
    invited_user_type: Option<String>,
    #[serde(default)]
    send_invitation_message: Option<bool>,
    #[serde(default)]
    invited_user_message_info: Option<Map<String, Value>>,
    #[serde(default)]
    reset_redemption: Option<bool>,
    #[serde(default)]
    invited_user_sponsors: Vec<Map<String, Value>>,
    #[serde(default)]
    invited_user: Option<Map<String, Value>>,
}

fn invite(call: &Call<'_>) -> Result<Answer, Error> {
    let body: Body = call.body()?;
    let missing = |name: &str| Error::bad_request(format!("Property {name} is required."));
    let mail = body.invited_user_email_address.as_deref();
    let mail = mail.ok_or_else(|| missing("invitedUserEmailAddress"))?;
    let redirect = body.invite_redirect_url.as_deref();
    let redirect = redirect.ok_or_else(|| missing("inviteRedirectUrl"))?;
    let user_type = match body.invited_user_type.as_deref() {
        None | Some("Guest") => UserType::Guest,
        Some("Member") => UserType::Member,
        Some(other) => {
            let message = format!("'{other}' is no invitedUserType.");
            return Err(Error::bad_request(message));
        }
    };
    let reset = match body.reset_redemption == Some(true) {
        true => Some(reset_user(&body)?),
        false => None,
    };
    let invitation = Invitation {
        mail: mail.to_owned(),
        display_name: body.invited_user_display_name.clone(),
        user_type,
        reset,
        sponsors: body.invited_user_sponsors.iter().map(sponsor).collect::<Result<_, _>>()?,
    };
    let invited = call.services.directory.invite_user(call.actor, call.tenant, &invitation)?;
    let id = call.services.directory.ids().next();
    let Value::Object(entity) = json!({
        "id": id,
        "inviteRedeemUrl": redirect,
        "invitedUserDisplayName": body.invited_user_display_name,
        "invitedUserType": user_type.as_str(),
        "invitedUserEmailAddress": mail,
        "sendInvitationMessage": body.send_invitation_message.unwrap_or(false),
        "resetRedemption": body.reset_redemption.unwrap_or(false),
        "inviteRedirectUrl": redirect,
        "status": if invited.accepted { "Completed" } else { "PendingAcceptance" },
        "invitedUserMessageInfo": message_info(body.invited_user_message_info),
        "invitedUser": { "id": invited.user.id },
    }) else {
        unreachable!("it was written as an object")
    };
    let entity = Answer::entity(call, "invitations/$entity", entity);
    let location = call.request.url(&format!("invitations/{id}"));
    Ok(Answer::created(entity).with("location", location))
}

/// A sponsor, told by the id or by a reference.
fn sponsor(given: &Map<String, Value>) -> Result<ObjectId, Error> {
    match given.get("id").and_then(Value::as_str) {
        Some(id) => id.parse().map_err(|_| Error::not_found(id)),
        None => reference::read(given),
    }
}

fn reset_user(body: &Body) -> Result<ObjectId, Error> {
    let id = body.invited_user.as_ref().and_then(|user| user.get("id")?.as_str());
    let id = id.ok_or_else(|| {
        Error::bad_request("resetRedemption names the user in invitedUser: {\"id\": …}.")
    })?;
    id.parse().map_err(|_| Error::not_found(id))
}

/// What the caller said about the message, with nulls where nothing was said.
fn message_info(given: Option<Map<String, Value>>) -> Value {
    let mut info = Map::new();
    info.insert("messageLanguage".to_owned(), Value::Null);
    info.insert(
        "ccRecipients".to_owned(),
        json!([{ "emailAddress": { "name": null, "address": null } }]),
    );
    info.insert("customizedMessageBody".to_owned(), Value::Null);
    info.extend(given.unwrap_or_default().into_iter().filter(|(name, _)| !name.contains('@')));
    Value::Object(info)
}
