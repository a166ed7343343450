/** Said of a history with other models' thinking, whose seals are valid for those models only. */
export const foreignThinkingNotice = 'Thinking of another model is left out.';
