using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Serverless.Bundles;
using Serverless.Rollouts;

namespace Serverless.Management;

/// <summary>Why a management call failed, as RFC 9457 writes it, with a code of ours.</summary>
/// <param name="Status">The HTTP status, repeated in the body.</param>
/// <param name="Code">From <see cref="ProblemCode"/>.</param>
/// <param name="Detail">One sentence for people.</param>
internal sealed record Problem(int Status, string Code, string Detail)
{
    public static readonly Problem HttpsRequired = new(
        StatusCodes.Status421MisdirectedRequest, ProblemCode.HttpsRequired,
        "This server answers over HTTPS only, and believes a proxy in front of it only when Transport:TrustedProxies names it.");

    public static readonly Problem Unauthenticated = new(
        StatusCodes.Status401Unauthorized, ProblemCode.Unauthenticated, "The call needs a token that is good here, in the header Authorization.");

    public static readonly Problem Forbidden = new(StatusCodes.Status403Forbidden, ProblemCode.Forbidden, "The caller may not do this.");

    public static readonly Problem CrossSite = new(
        StatusCodes.Status403Forbidden, ProblemCode.CrossSite, "A call that is signed in by a cookie must come from a page of this server.");

    public static readonly Problem IssuerUnavailable = new(
        StatusCodes.Status503ServiceUnavailable, ProblemCode.IssuerUnavailable, "The issuer of the token does not answer, so nobody can tell whether it is good; the call can be made again.");

    public static readonly Problem AppNotFound = new(StatusCodes.Status404NotFound, ProblemCode.AppNotFound, "This server does not know the app.");

    public static readonly Problem ChannelNotFound = new(StatusCodes.Status404NotFound, ProblemCode.ChannelNotFound, "The app has no such channel.");

    public static readonly Problem NoticeNotFound = new(StatusCodes.Status404NotFound, ProblemCode.NoticeNotFound, "The app has no such notice.");

    public static readonly Problem NoticeClosed = new(StatusCodes.Status409Conflict, ProblemCode.NoticeClosed, "The notice is closed: publish another one.");

    public static readonly Problem TooManyNotices = new(
        StatusCodes.Status409Conflict, ProblemCode.TooManyNotices, "The app has as many open notices as it may have: close one first.");

    public static readonly Problem AuthenticationUnmeetable = new(
        StatusCodes.Status409Conflict,
        ProblemCode.AuthenticationUnmeetable,
        "No device could meet this: issue an app key, or say whose certificates are good, before they are asked for.");

    public static readonly Problem TooManyAppKeys = new(
        StatusCodes.Status409Conflict, ProblemCode.TooManyAppKeys, "The app has two keys already, the one that devices carry and the one for the next build: revoke one first.");

    public static readonly Problem AppKeyNotFound = new(StatusCodes.Status404NotFound, ProblemCode.AppKeyNotFound, "The app has no such key.");

    public static readonly Problem InvalidJson = new(StatusCodes.Status400BadRequest, ProblemCode.InvalidJson, "The body must be one JSON object that names no member twice.");

    public static readonly Problem BodyTooLarge = new(StatusCodes.Status413PayloadTooLarge, ProblemCode.BodyTooLarge, "The body is too large.");

    public static readonly Problem BodyIncomplete = new(StatusCodes.Status400BadRequest, ProblemCode.BodyIncomplete, "The body ended before its end.");

    public static readonly Problem MissingIfMatch = new(
        StatusCodes.Status428PreconditionRequired, ProblemCode.MissingIfMatch, "A change needs the header If-Match with the ETag of what it changes.");

    public static readonly Problem ChangedMeanwhile = new(
        StatusCodes.Status412PreconditionFailed, ProblemCode.ChangedMeanwhile, "It is not as it was when its ETag was read: read it again.");

    public static readonly Problem IncidentNotFound = new(StatusCodes.Status404NotFound, ProblemCode.IncidentNotFound, "The app has no incident of such a version.");

    public static readonly Problem KeyNotFound = new(StatusCodes.Status404NotFound, ProblemCode.KeyNotFound, "This server knows no such key.");

    public static readonly Problem KeyDisabledForAll = new(
        StatusCodes.Status409Conflict, ProblemCode.KeyDisabledForAll, "The key is disabled for all apps, which no app can lift for itself.");

    public static readonly Problem CustodianUnavailable = new(
        StatusCodes.Status503ServiceUnavailable, ProblemCode.CustodianUnavailable, "The custodian does not tell which keys it holds; the call can be made again.");

    public static readonly Problem LastKey = new(
        StatusCodes.Status409Conflict, ProblemCode.LastKey, "No other key is active: releases could not be signed any more.");

    public static readonly Problem NoRamp = new(
        StatusCodes.Status409Conflict, ProblemCode.NoRamp, "The channel has no ramp: it moves to a new release at once.");

    public static readonly Problem NoRollout = new(StatusCodes.Status409Conflict, ProblemCode.NoRollout, "No rollout runs on the channel.");

    public static readonly Problem ReleaseNotFound = new(StatusCodes.Status404NotFound, ProblemCode.ReleaseNotFound, "The app has no such release.");

    public static readonly Problem ReleaseCollected = new(
        StatusCodes.Status409Conflict, ProblemCode.ReleaseCollected, "The release was collected, because nothing needed it any more: upload the same bundle again.");

    public static readonly Problem ReleaseWithdrawn = new(StatusCodes.Status409Conflict, ProblemCode.ReleaseWithdrawn, "The release was withdrawn and is offered to nobody any more.");

    public static readonly Problem TooManyPins = new(
        StatusCodes.Status409Conflict, ProblemCode.TooManyPins, $"{Pin.MaxOfApp} devices of the app are pinned already; a channel of their own serves more.");

    public static readonly Problem TokenNotFound = new(StatusCodes.Status404NotFound, ProblemCode.TokenNotFound, "There is no token of that name.");

    public static readonly Problem TokenNameTaken = new(
        StatusCodes.Status409Conflict, ProblemCode.TokenNameTaken, "A token has that name, or had it until not long ago: choose another one.");

    public static readonly Problem TooManyTokens = new(
        StatusCodes.Status409Conflict, ProblemCode.TooManyTokens, "There are as many tokens as there may be: those that ended are forgotten after 90 days.");

    public static readonly Problem VersionNotHigher = new(
        StatusCodes.Status409Conflict, ProblemCode.VersionNotHigher, "The version is not higher than what the channel offers.");

    public static readonly Problem TooManyRequests = new(
        StatusCodes.Status429TooManyRequests, ProblemCode.TooManyRequests, "More was asked from this network than one minute allows; Retry-After says when to call again.");

    public static readonly Problem ApprovalNotFound = new(
        StatusCodes.Status404NotFound, ProblemCode.ApprovalNotFound, "Nobody asked for approvals of this version on this channel.");

    public static readonly Problem ApprovalsNotRequired = new(
        StatusCodes.Status409Conflict, ProblemCode.ApprovalsNotRequired, "The channel needs no approvals.");

    public static readonly Problem ApprovalDeclined = new(
        StatusCodes.Status409Conflict, ProblemCode.ApprovalDeclined, "It was declined: upload it again to ask anew.");

    public static readonly Problem DigestMismatch = new(
        StatusCodes.Status409Conflict, ProblemCode.DigestMismatch, "The SHA-256 is not that of the bundle which waits: look at it again.");

    public static readonly Problem NotAnApprover = new(
        StatusCodes.Status403Forbidden, ProblemCode.NotAnApprover, "The channel's policy does not name the caller as one who may do this.");

    public static readonly Problem OwnUpload = new(
        StatusCodes.Status403Forbidden, ProblemCode.OwnUpload, "The caller has uploaded it, and uploaders may not approve on this channel.");

    public static readonly Problem UploaderUnknown = new(
        StatusCodes.Status409Conflict, ProblemCode.UploaderUnknown, "Nobody knows who uploaded it, and uploaders may not approve on this channel: upload it through the server.");

    public static readonly Problem StorageUnavailable = new(
        StatusCodes.Status503ServiceUnavailable, ProblemCode.StorageUnavailable, "The storage does not answer right now; the call can be made again.");

    public static readonly Problem NoHttpsAddress = new(
        StatusCodes.Status503ServiceUnavailable, ProblemCode.PinsUnavailable, "The server knows no https address of its own: SyntheticDevices:BaseUrl can name the one that devices use.");

    /// <summary>The status in words: without a <c>type</c>, the RFC wants nothing else here.</summary>
    public string Title => ReasonPhrases.GetReasonPhrase(Status);

    /// <summary>The parameter or member that the problem is about, where there is one.</summary>
    public string? Member { get; init; }

    /// <summary>The request, as the header of its answer names it.</summary>
    public string? CorrelationId { get; init; }

    public static Problem MissingParameter(string name) =>
        new(StatusCodes.Status400BadRequest, ProblemCode.MissingParameter, $"The query lacks {name}.") { Member = name };

    /// <param name="name">The parameter.</param>
    /// <param name="expected">What it should be, to follow "must be".</param>
    public static Problem InvalidParameter(string name, string expected) =>
        new(StatusCodes.Status400BadRequest, ProblemCode.InvalidParameter, $"{name} must be {expected}.") { Member = name };

    public static Problem UnknownMember(string name) =>
        new(StatusCodes.Status400BadRequest, ProblemCode.UnknownMember, $"There is no member {name} here.") { Member = name };

    public static Problem InvalidMember(string name) =>
        new(StatusCodes.Status400BadRequest, ProblemCode.InvalidMember, $"The value of {name} is none that it can have.") { Member = name };

    /// <param name="version">The release.</param>
    /// <param name="percent">Of the devices, that it would lead to the release.</param>
    public static Problem ApprovalRequired(string version, int percent) => new(
        StatusCodes.Status409Conflict, ProblemCode.ApprovalRequired, $"Leading {percent}% of the devices to {version} needs approvals, which were asked for: do it again when they are there.");

    /// <param name="defect">What must be otherwise, as a sentence without its full stop.</param>
    public static Problem InvalidCertificates(string defect) =>
        new(StatusCodes.Status400BadRequest, ProblemCode.InvalidCertificates, $"{defect}.") { Member = "clientCertificates" };

    /// <summary>What intake would refuse in the same words.</summary>
    public static Problem Rejected(Rejection why) => new(StatusCodes.Status400BadRequest, why.Code, why.Sentence);

    /// <param name="limit">In bytes.</param>
    public static Problem ZipTooLarge(long limit) => new(
        StatusCodes.Status413PayloadTooLarge, ProblemCode.BodyTooLarge, $"The zip is larger than the {limit} bytes that Bundles:MaxZipBytes allows.");

    /// <param name="defect">What is wrong with the release, as a sentence.</param>
    public static Problem ReleaseUnverified(string defect) =>
        new(StatusCodes.Status409Conflict, ProblemCode.ReleaseUnverified, $"The release is no longer what was published: {defect}");

    /// <param name="sentence">Why the server does not reach its own address.</param>
    public static Problem PinsUnavailable(string sentence) => new(StatusCodes.Status503ServiceUnavailable, ProblemCode.PinsUnavailable, sentence);

    /// <param name="app">The app whose devices carry the key.</param>
    /// <param name="carrying">How many of them.</param>
    /// <param name="seen">Of how many.</param>
    public static Problem KeyInUse(string app, long carrying, long seen) => new(
        StatusCodes.Status409Conflict, ProblemCode.KeyInUse, $"{carrying} of {seen} devices of {app} that were seen in 30 days may still carry the key.");

    /// <param name="days">For which the server has known the key, and so counted the devices that carry it.</param>
    /// <param name="wanted">Days that such a count needs.</param>
    public static Problem KeyTooNew(int days, int wanted) => new(
        StatusCodes.Status409Conflict, ProblemCode.KeyTooNew, $"The devices that carry the key were counted for {days} of {wanted} days, which does not show yet that none needs it.");

    public IResult ToHttp() => new ProblemAnswer(this);
}
